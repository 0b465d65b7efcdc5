using System.Text.Json.Serialization;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>
/// What goes to and comes from etcd's JSON gateway: 64-bit numbers are strings, bytes base64, and fields with the value 0, false or "nothing"
/// are left out.
/// </summary>
internal static class EtcdMessages
{
    internal sealed record Header(long Revision);

    internal sealed record RangeRequest(byte[] Key, byte[] RangeEnd, long Limit = 0, long Revision = 0);

    internal sealed record KeyValue(byte[]? Key, byte[]? Value, long CreateRevision, long ModRevision, long Version, long Lease);

    internal sealed record RangeResponse(Header? Header, KeyValue[]? Kvs, bool More);

    internal sealed record Compare(byte[] Key, string Target, string Result)
    {
        public long? ModRevision { get; init; }

        public byte[]? Value { get; init; }
    }

    internal sealed record PutRequest(byte[] Key, byte[] Value, long Lease);

    internal sealed record DeleteRangeRequest(byte[] Key, byte[] RangeEnd);

    internal sealed record RequestOperation
    {
        public PutRequest? RequestPut { get; init; }

        public DeleteRangeRequest? RequestDeleteRange { get; init; }

        public RangeRequest? RequestRange { get; init; }
    }

    internal sealed record TransactionRequest(Compare[] Compare, RequestOperation[] Success, RequestOperation[] Failure);

    internal sealed record ResponseOperation(RangeResponse? ResponseRange);

    internal sealed record TransactionResponse(Header? Header, bool Succeeded, ResponseOperation[]? Responses);

    internal sealed record GrantRequest([property: JsonPropertyName("ID")] long Id, [property: JsonPropertyName("TTL")] long Seconds);

    internal sealed record LeaseRequest([property: JsonPropertyName("ID")] long Id);

    internal sealed record LeaseResponse([property: JsonPropertyName("ID")] long Id, [property: JsonPropertyName("TTL")] long Seconds);

    internal sealed record KeepAliveResponse(LeaseResponse? Result);

    internal sealed record AuthenticateRequest(string Name, string Password);

    internal sealed record AuthenticateResponse(string? Token);

    internal sealed record WatchRequest(WatchCreateRequest CreateRequest);

    internal sealed record WatchCreateRequest(byte[] Key, byte[] RangeEnd, long StartRevision, bool Fragment);

    internal sealed record WatchMessage(WatchResponse? Result);

    internal sealed record WatchResponse(
        Header? Header, bool Created, bool Canceled, bool Fragment, long CompactRevision, string? CancelReason, Event[]? Events);

    /// <summary>A change; without a type it is a put.</summary>
    internal sealed record Event(string? Type, KeyValue? Kv);
}
