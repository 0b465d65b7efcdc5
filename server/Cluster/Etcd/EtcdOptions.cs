using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>Where etcd is and how to get in.</summary>
internal sealed record EtcdOptions
{
    /// <summary>Its members' addresses for clients, <c>http://host:port</c> or <c>https://host:port</c>.</summary>
    public required ImmutableArray<Uri> Endpoints { get; init; }

    /// <summary>The user; null when etcd asks for none.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>A PEM file with the certificates to trust; null trusts the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>A PEM file with the client's certificate; null shows none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with the key of the client's certificate.</summary>
    public string? KeyFile { get; init; }

    /// <summary>How long one request to one member may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a request is tried, on one member after another, before it fails. Longer than it takes to elect a leader.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Names everything but the password.</summary>
    public override string ToString() => $"etcd at {string.Join(", ", Endpoints)}{(User is null ? "" : $" as {User}")}";
}
