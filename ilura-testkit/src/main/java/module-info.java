/** Contract tests, scripted peers and a clock for those who extend Ilura. */
module dev.ilura.testkit {
    requires dev.ilura.core;
    requires static org.jspecify;
}
