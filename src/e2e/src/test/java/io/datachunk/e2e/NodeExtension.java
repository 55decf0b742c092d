package io.datachunk.e2e;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the node of the run to tests; brings it up with the first that asks, and takes it down with the run. */
final class NodeExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(NodeExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        shared(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Node.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context);
    }

    private static Node shared(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Node.class, _ -> start(), Node.class);
    }

    private static Node start() {
        String program = System.getenv("DATACHUNK_CLUSTER");
        if (program == null || program.isBlank()) {
            throw ClusterExtension.missing("DATACHUNK_CLUSTER names no program that brings a node up");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw ClusterExtension.missing("a node needs root");
        }
        try {
            return Node.up(Path.of(program));
        } catch (IOException e) {
            throw new AssertionError("cannot bring a node up", e);
        }
    }
}
