package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;
import io.datachunk.operator.node.ReportEventSource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Connects the framework with {@link StatusKeeper}. The framework calls it for one chunk at a time on one of several threads. */
public final class DataChunkReconciler implements Reconciler<DataChunk> {
    private final StatusKeeper keeper;
    private final ReportEventSource reports;

    public DataChunkReconciler(StatusKeeper keeper, ReportEventSource reports) {
        this.keeper = keeper;
        this.reports = reports;
    }

    @Override
    public List<EventSource<?, DataChunk>> prepareEventSources(EventSourceContext<DataChunk> context) {
        return List.of(reports);
    }

    @Override
    public UpdateControl<DataChunk> reconcile(DataChunk chunk, Context<DataChunk> context) {
        UpdateControl<DataChunk> nothing = UpdateControl.noUpdate();
        return keeper.lookAt(chunk).map(nothing::rescheduleAfter).orElse(nothing);
    }
}
