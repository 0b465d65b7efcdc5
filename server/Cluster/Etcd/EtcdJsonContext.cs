using System.Text.Json.Serialization;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>Generated readers and writers of <see cref="EtcdMessages"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
[JsonSerializable(typeof(EtcdMessages.RangeRequest))]
[JsonSerializable(typeof(EtcdMessages.RangeResponse))]
[JsonSerializable(typeof(EtcdMessages.TransactionRequest))]
[JsonSerializable(typeof(EtcdMessages.TransactionResponse))]
[JsonSerializable(typeof(EtcdMessages.GrantRequest))]
[JsonSerializable(typeof(EtcdMessages.LeaseRequest))]
[JsonSerializable(typeof(EtcdMessages.LeaseResponse))]
[JsonSerializable(typeof(EtcdMessages.KeepAliveResponse))]
[JsonSerializable(typeof(EtcdMessages.AuthenticateRequest))]
[JsonSerializable(typeof(EtcdMessages.AuthenticateResponse))]
[JsonSerializable(typeof(EtcdMessages.WatchRequest))]
[JsonSerializable(typeof(EtcdMessages.WatchMessage))]
internal sealed partial class EtcdJsonContext : JsonSerializerContext;
