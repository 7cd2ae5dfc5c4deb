/** Contract tests, scripted peers and a clock for those who extend Ilura. */
@NullMarked
package dev.ilura.testkit;

import org.jspecify.annotations.NullMarked;
