package dev.ilura.internal.call;

import dev.ilura.Pod;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Line;

/** A call whose pod, server and pinned tool are known. */
record Resolved(PendingCall pending, Pod pod, Line line, ToolCall call) {}
