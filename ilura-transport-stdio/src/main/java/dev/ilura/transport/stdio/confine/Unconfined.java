package dev.ilura.transport.stdio.confine;

/** No confinement, under a name that says why: the operator wants none, the machine has none, a container is one. */
record Unconfined(String level) implements Confinement {
    @Override
    public boolean isHeld() {
        return false;
    }

    @Override
    public boolean cutsNetwork() {
        return false;
    }
}
