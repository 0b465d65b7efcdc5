using System.Collections.Immutable;
using System.Text;
using Basalt.Backup;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

public class OperationCodecTests
{
    [Fact]
    public void Decode_OfWhatWasEncoded_IsTheSame()
    {
        var plan = new OperationPlan
        {
            Operation = Guid.CreateVersion7(),
            Kind = OperationKind.Restore,
            Id = "b1",
            Backend = "s3",
            Classes = ["A", "B"],
            Participants = ["n1", "n2"],
            NodeMapping = ImmutableDictionary<string, string>.Empty.Add("n1", "m1"),
            Options = ImmutableDictionary<string, string>.Empty.Add("path", "p"),
            CpuPercentage = 40,
            Started = DateTimeOffset.UnixEpoch.AddDays(20_000),
        };
        OperationRecord record = OperationRecord.Begin(plan) with
        {
            Instant = 5L << 40,
            Round = 3,
            Absent = ImmutableDictionary<string, DateTimeOffset>.Empty.Add("n2", plan.Started),
            Error = "why",
        };
        var report = new NodeReport
        {
            Operation = plan.Operation,
            Instance = Guid.NewGuid(),
            State = NodeState.Transferred,
            Share = new StoredShare("n1", "key", "hash"),
            CutPause = TimeSpan.FromMicroseconds(30),
        };

        OperationPlan samePlan = OperationCodec.DecodePlan(Entry(OperationCodec.Encode(plan)));
        OperationRecord sameRecord = OperationCodec.DecodeRecord(Entry(OperationCodec.Encode(record)));

        Assert.Equal(Encoding.UTF8.GetString(OperationCodec.Encode(plan)), Encoding.UTF8.GetString(OperationCodec.Encode(samePlan)));
        Assert.Equal("m1", samePlan.NodeMapping["n1"]);
        Assert.Equal(Encoding.UTF8.GetString(OperationCodec.Encode(record)), Encoding.UTF8.GetString(OperationCodec.Encode(sameRecord)));
        Assert.Equal((record.Instant, plan.Started), (sameRecord.Instant, sameRecord.Absent["n2"]));
        Assert.Equal(report, OperationCodec.DecodeReport(Entry(OperationCodec.Encode(report))));
    }

    [Theory]
    [InlineData("""{"format":2,"operation":"0197a7a2-0000-7000-8000-000000000000","kind":"Create","id":"b","phase":"Done","since":"2030-01-01T00:00:00+00:00"}""", "format 2")]
    [InlineData("{", "cannot be read")]
    [InlineData("null", "cannot be read")]
    public void Decode_OfWhatThisServerDoesNotKnow_SaysSo(string json, string expected)
    {
        ClusterException refused = Assert.Throws<ClusterException>(() => OperationCodec.DecodeRecord(Entry(Encoding.UTF8.GetBytes(json))));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains("/record", refused.Message, StringComparison.Ordinal);
    }

    private static ClusterEntry Entry(byte[] value) => new("/record", value, 1, 1, 1, 0);
}
