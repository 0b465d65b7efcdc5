using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Basalt.Server.Cluster.Backups;

/// <summary>Plans, records and reports as bytes.</summary>
internal static class OperationCodec
{
    /// <summary>The stored form.</summary>
    public static byte[] Encode(OperationPlan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, OperationJson.Default.OperationPlan);

    /// <inheritdoc cref="Encode(OperationPlan)"/>
    public static byte[] Encode(OperationRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, OperationJson.Default.OperationRecord);

    /// <inheritdoc cref="Encode(OperationPlan)"/>
    public static byte[] Encode(NodeReport report) => JsonSerializer.SerializeToUtf8Bytes(report, OperationJson.Default.NodeReport);

    /// <inheritdoc cref="Encode(OperationPlan)"/>
    public static byte[] Encode(EndedRestore ended) => JsonSerializer.SerializeToUtf8Bytes(ended, OperationJson.Default.EndedRestore);

    /// <summary>Reads a plan.</summary>
    /// <exception cref="ClusterException">It is of a format that this server does not know, or cannot be read.</exception>
    public static OperationPlan DecodePlan(ClusterEntry entry) =>
        Decode(entry, OperationJson.Default.OperationPlan, plan => plan.Format, OperationPlan.CurrentFormat);

    /// <summary>Reads a record.</summary>
    /// <inheritdoc cref="DecodePlan"/>
    public static OperationRecord DecodeRecord(ClusterEntry entry) =>
        Decode(entry, OperationJson.Default.OperationRecord, record => record.Format, OperationRecord.CurrentFormat);

    /// <summary>Reads a report.</summary>
    /// <inheritdoc cref="DecodePlan"/>
    public static NodeReport DecodeReport(ClusterEntry entry) =>
        Decode(entry, OperationJson.Default.NodeReport, report => report.Format, NodeReport.CurrentFormat);

    /// <summary>Reads how a restore ended.</summary>
    /// <inheritdoc cref="DecodePlan"/>
    public static EndedRestore DecodeEnded(ClusterEntry entry) =>
        Decode(entry, OperationJson.Default.EndedRestore, ended => ended.Format, EndedRestore.CurrentFormat);

    private static T Decode<T>(ClusterEntry entry, JsonTypeInfo<T> type, Func<T, int> formatOf, int known)
        where T : class
    {
        try
        {
            T value = JsonSerializer.Deserialize(entry.Value.Span, type) ?? throw new JsonException("it is null");
            int format = formatOf(value);
            return format == known
                ? value
                : throw new ClusterException($"What the cluster's store has under '{entry.Key}' has format {format}; this server reads format {known}. Use the same version on all nodes.");
        }
        catch (JsonException malformed)
        {
            throw new ClusterException($"What the cluster's store has under '{entry.Key}' cannot be read: {malformed.Message}", malformed);
        }
    }
}
