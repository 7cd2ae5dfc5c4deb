/** The reference approval handlers. */
module dev.ilura.approval {
    requires dev.ilura.core;
    requires static org.jspecify;
}
