package io.nspawn.benchmarks.control;

/** What is measured, how often a round, and how often each round has it done to warm a virtual machine up. */
enum Work {
    /** One property of PID 1, over a connection that is open. */
    PROPERTY("property", 300, 20),
    /** All machines, with what each uses. */
    LIST("list32", 5, 1),
    /** A program inside that does nothing, from the call to its exit status. */
    EXEC("exec-true", 10, 10),
    /** From the start of a program to the list of containers that it prints. */
    START_LIST("start-list", 2, 2);

    private final String word;
    private final int inProcess;
    private final int processes;

    Work(String word, int inProcess, int processes) {
        this.word = word;
        this.inProcess = inProcess;
        this.processes = processes;
    }

    String word() {
        return word;
    }

    /** How many times a round, for a subject that starts processes for it or for one that does not. */
    int times(boolean startsProcesses) {
        return startsProcesses ? processes : inProcess;
    }
}
