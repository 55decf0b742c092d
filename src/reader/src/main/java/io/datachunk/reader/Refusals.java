package io.datachunk.reader;

import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Why a state directory cannot be used, and what to do about it. */
final class Refusals {
    private Refusals() {}

    static IOException noAgent(StateDirectory directory) {
        return new NoSuchFileException(
                directory.path().toString(),
                null,
                "no agent has run here: start one with this state directory, or try again later");
    }

    static IOException otherBoot(StateDirectory directory) {
        return new IOException("no agent has run here since this machine was started: the state in " + directory.path()
                + " is of an earlier boot; start the agent, or try again later");
    }

    static IOException otherLockDomain(StateDirectory directory) {
        return new IOException(
                "the agent that writes " + directory.path() + " does not share file locks with this process"
                        + " (a sandboxed runtime such as gVisor or Kata, or an overlay's copy of the directory): run both on the"
                        + " node's kernel, and mount the same directory into both");
    }

    static IOException otherVersion(StateDirectory directory, int version) {
        return new IOException("the state in " + directory.path() + " has format version " + version
                + ", and this library understands version " + StateDirectory.ABI
                + ": use a datachunk-reader of the agent's release");
    }

    static IOException damaged(StateDirectory directory) {
        return new IOException(
                "the state in " + directory.path() + " is damaged: start the agent again, it makes a new one");
    }
}
