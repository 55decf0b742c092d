package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose one node, this machine, runs pods by a real kubelet, with agent and operator installed. Its disk and its tmpfs are directories of this machine.
 * Owned by the thread of the test.
 *
 * <p>The program that brings it up has the commands {@code up --node}, which prints the administrator's kubeconfig, {@code load FILE} for an image,
 * {@code assets} for the directory of kubectl and helm, and {@code down}; {@code DATACHUNK_CLUSTER_RUN} is its directory, where {@code pid/NAME} begins with the process id of
 * a component. All processes of the node are in the control group {@code datachunk-cluster}.
 */
final class Node implements AutoCloseable {
    static final String NAME = "datachunk-node";

    /** This machine, as its pods see it. */
    static final String ADDRESS = "10.244.0.1";

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final String GROUP = "datachunk-cluster";

    private final Path program;
    private final Path directory;
    private final Path run;
    private final NodeDisk disk;

    /** A run that is interrupted leaves no node behind, of which a machine has one. */
    private final Thread reaper = new Thread(() -> order("down"));

    private @Nullable Cluster cluster;
    private final Map<String, RunningProgram> restarted = new HashMap<>();

    private Node(Path program, Path directory) throws IOException {
        this.program = program;
        this.directory = directory;
        this.run = directory.resolve("run");
        this.disk = NodeDisk.create(directory);
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    static Node up(Path program) throws IOException {
        List<Image> images =
                Stream.of("agent", "operator", "worker").map(Image::new).toList();
        List<Path> tarballs =
                new ArrayList<>(images.stream().map(Image::tarball).toList());
        Node node = new Node(program, Files.createTempDirectory("dc"));
        try {
            Path kubeconfig = Path.of(node.order("up", "--node"));
            Path programs = Path.of(node.order("assets"));
            Cluster cluster = new Cluster(kubeconfig, Cluster.clientOf(kubeconfig), programs.resolve("kubectl"));
            node.cluster = cluster;
            // All at once: the program that loads them would not find a containerd that a restart has started.
            for (Image image : images) {
                tarballs.add(image.nextVersion(node.directory));
            }
            tarballs.forEach(tarball -> node.order("load", tarball.toString()));
            cluster.kubectl("label", "node", NAME, "datachunk.io/volume=");
            node.installation().install();
            return node;
        } catch (Throwable e) {
            node.close();
            throw e;
        }
    }

    Cluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException("the node is not up");
        }
        return cluster;
    }

    NodeDisk disk() {
        return disk;
    }

    Installation installation() {
        return new Installation(cluster(), new Helm(cluster().kubectl().resolveSibling("helm")), disk);
    }

    /** As a power cut and the boot after it: containerd, the kubelet and every process of a pod die, and what was on the tmpfs is gone. */
    void restart() throws IOException {
        List<String> containerd = commandOf("containerd");
        List<String> kubelet = commandOf("kubelet");
        Chunks.await(() -> {
            List<Long> living = processes(GROUP);
            living.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            assertThat(living).as("processes of the node").isEmpty();
        });
        disk.forgetState();
        RunningProgram runtime = start("containerd", containerd);
        restarted.put("containerd", runtime);
        runtime.await("containerd answering", this::answers); // a kubelet that finds none ends
        restarted.put("kubelet", start("kubelet", kubelet));
    }

    /** The process in a pod whose command line has the text. */
    long process(String podUid, String text) throws IOException {
        for (long pid : processes("pod" + podUid)) {
            if (commandLine(pid).stream().anyMatch(word -> word.contains(text))) {
                return pid;
            }
        }
        throw new AssertionError("no process of pod " + podUid + " has " + text + " in its command line");
    }

    /** Has the kernel's killer come to the container of a process: another one takes, beside it, all the memory that the container may have. */
    void exhaustMemory(long pid) throws IOException {
        // Where several hierarchies are, that of no name comes last.
        String group = Files.readString(Path.of("/proc/" + pid + "/cgroup"))
                .lines()
                .filter(line -> line.contains(":memory:/") || line.startsWith("0::/"))
                .map(line -> line.substring(line.indexOf('/') + 1))
                .findFirst()
                .orElseThrow();
        Path container = hierarchy("memory").resolve(group).resolve("cgroup.procs");
        // It is killed too, or else ends by itself: a gibibyte is more than an agent may have.
        Cluster.run(Map.of(), inGroup(container, List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=1G", "count=1")));
    }

    @Override
    public void close() {
        if (cluster != null) {
            cluster.close();
        }
        try {
            order("down");
        } finally {
            Runtime.getRuntime().removeShutdownHook(reaper);
            restarted.values().forEach(RunningProgram::close);
            disk.close();
        }
        try {
            NodeDisk.delete(directory, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(run.resolve("containerd.sock")))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private RunningProgram start(String name, List<String> command) throws IOException {
        Path group = hierarchy("pids").resolve(GROUP).resolve("runtime/cgroup.procs");
        String path = Path.of(command.getFirst()).getParent() + ":" + System.getenv("PATH");
        return RunningProgram.start(
                directory.resolve(name + "-again.log"), Map.of("PATH", path), inGroup(group, command));
    }

    private static List<String> inGroup(Path group, List<String> command) {
        List<String> all = new ArrayList<>(List.of("bash", "-c", "echo $$ > \"$0\" && exec \"$@\"", group.toString()));
        all.addAll(command);
        return all;
    }

    private List<String> commandOf(String component) throws IOException {
        RunningProgram again = restarted.get(component);
        if (again != null) {
            return commandLine(again.pid());
        }
        String[] words =
                Files.readString(run.resolve("pid").resolve(component)).strip().split(" ", -1);
        return commandLine(Long.parseLong(words[0]));
    }

    private static List<String> commandLine(long pid) throws IOException {
        return Arrays.stream(
                        Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Where the node's control group is: in one of several hierarchies, or in the only one. */
    private static Path hierarchy(String controller) {
        return Files.isDirectory(CGROUPS.resolve(controller)) ? CGROUPS.resolve(controller) : CGROUPS;
    }

    /** Of all groups below those with that name. */
    private static List<Long> processes(String group) throws IOException {
        try (Stream<Path> files = Files.walk(hierarchy("pids").resolve(GROUP))) {
            return files.filter(file -> file.endsWith("cgroup.procs"))
                    .filter(file -> Stream.iterate(file, parent -> parent != null, Path::getParent)
                            .anyMatch(parent -> parent.endsWith(group)))
                    .flatMap(Node::lines)
                    .map(Long::valueOf)
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of(); // groups go while they are walked through: there is another look
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty(); // the group has gone
        }
    }

    private String order(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(Arrays.asList(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("DATACHUNK_CLUSTER_RUN", run.toString());
            Process process = builder.start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(command.stream().collect(Collectors.joining(" ")) + " fails: " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
