/** The ten stages of a call, one class each; {@link dev.ilura.internal.call.CallPipeline} is the road. */
@NullMarked
package dev.ilura.internal.call;

import org.jspecify.annotations.NullMarked;
