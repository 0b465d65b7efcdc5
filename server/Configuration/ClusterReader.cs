using System.Collections.Immutable;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Configuration;

/// <summary>Reads where the nodes of a cluster agree. Messages name variables, files and addresses, never the password.</summary>
internal static class ClusterReader
{
    private const string UserVariable = "CLUSTER_ETCD_USERNAME";
    private const string PasswordVariable = "CLUSTER_ETCD_PASSWORD";
    private const string AuthorityVariable = "CLUSTER_ETCD_CA_FILE";
    private const string CertificateVariable = "CLUSTER_ETCD_CERT_FILE";
    private const string KeyVariable = "CLUSTER_ETCD_KEY_FILE";
    private const string PrefixVariable = "CLUSTER_ETCD_PREFIX";
    private const string AdvertiseVariable = "CLUSTER_ADVERTISE_ADDR";
    private const string LeaseVariable = "CLUSTER_LEASE_SECONDS";
    private const string PeerUserVariable = "CLUSTER_BASIC_AUTH_USERNAME";
    private const string PeerPasswordVariable = "CLUSTER_BASIC_AUTH_PASSWORD";
    private const string PeerAuthorityVariable = "CLUSTER_CA_FILE";
    private const string SharedVariable = "BACKUP_FILESYSTEM_SHARED";

    // Leaves room in a key for what follows.
    private const int MaxPrefixLength = 200;

    private static readonly string[] Others = [UserVariable, PasswordVariable, AuthorityVariable, CertificateVariable, KeyVariable, PrefixVariable, LeaseVariable, PeerAuthorityVariable];

    /// <summary>Reads and validates; null for a node that is not part of a cluster.</summary>
    /// <exception cref="SettingsException">A variable is missing, or has a value that is not allowed.</exception>
    public static ClusterSettings? Read(VariableReader reader)
    {
        ImmutableArray<string> endpoints = reader.List(ClusterSettings.EndpointsVariable);
        if (endpoints.IsEmpty)
        {
            return Others.FirstOrDefault(name => reader.Text(name) is not null) is { } useless
                ? throw new SettingsException($"{useless} is set, but {ClusterSettings.EndpointsVariable} is not: set that, too, or remove both.")
                : null;
        }

        ImmutableArray<Uri> addresses = [.. endpoints.Select(Endpoint)];
        bool hasTls = addresses[0].Scheme == Uri.UriSchemeHttps;
        if (addresses.Any(address => address.Scheme != addresses[0].Scheme))
        {
            throw new SettingsException($"{ClusterSettings.EndpointsVariable} mixes http and https; all members of etcd are reached in the same way.");
        }

        RequirePair(reader, UserVariable, PasswordVariable);
        RequirePair(reader, CertificateVariable, KeyVariable);
        var etcd = new EtcdOptions
        {
            Endpoints = addresses,
            User = reader.Text(UserVariable),
            Password = reader.Text(PasswordVariable),
            AuthorityFile = ReadEtcdFile(reader, AuthorityVariable, hasTls),
            CertificateFile = ReadEtcdFile(reader, CertificateVariable, hasTls),
            KeyFile = ReadEtcdFile(reader, KeyVariable, hasTls),
        };
        return new ClusterSettings(etcd, ReadPrefix(reader))
        {
            AdvertisedAddress = reader.Text(AdvertiseVariable) is { } advertised ? Advertised(advertised) : null,
            LeaseTimeToLive = TimeSpan.FromSeconds(reader.Integer(LeaseVariable, 10, 2, 300)),
            PeerUser = reader.Text(PeerUserVariable) ?? throw Missing(PeerUserVariable),
            PeerPassword = reader.Text(PeerPasswordVariable) ?? throw Missing(PeerPasswordVariable),
            PeerAuthorityFile = ReadFile(reader, PeerAuthorityVariable),
            IsFileSystemShared = reader.Flag(SharedVariable, fallback: false),
        };
    }

    private static SettingsException Missing(string variable) => new(
        $"{ClusterSettings.EndpointsVariable} is set, but {variable} is not: the nodes of a cluster show each other the user and password of "
        + $"{PeerUserVariable} and {PeerPasswordVariable}, the same on all of them.");

    private static Uri Advertised(string text)
    {
        string url = text.Contains("://", StringComparison.Ordinal) ? text : $"{Uri.UriSchemeHttp}://{text}";
        return ListenUrl.Problem(url) is null && Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && url.EndsWith($":{address.Port}", StringComparison.Ordinal)
            ? address
            : throw SettingsException.Invalid(AdvertiseVariable, text, "<host>:<port>, http://<host>:<port> or https://<host>:<port>, as the other nodes reach this one");
    }

    private static Uri Endpoint(string text)
    {
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.PathAndQuery == "/" && address.UserInfo.Length == 0 && address.Fragment.Length == 0;

        // Without the value if it carries a password.
        return isAddress
            ? address!
            : throw SettingsException.Invalid(
                ClusterSettings.EndpointsVariable,
                text.Contains('@', StringComparison.Ordinal) ? "..." : text,
                $"http://host:port or https://host:port, several with ',' between; user and password go into {UserVariable} and {PasswordVariable}");
    }

    private static void RequirePair(VariableReader reader, string first, string second)
    {
        if (reader.Text(first) is null != reader.Text(second) is null)
        {
            (string there, string missing) = reader.Text(first) is null ? (second, first) : (first, second);
            throw new SettingsException($"{there} is set, but {missing} is not; they go together.");
        }
    }

    private static string? ReadEtcdFile(VariableReader reader, string variable, bool hasTls) =>
        reader.Text(variable) is null || hasTls
            ? ReadFile(reader, variable)
            : throw new SettingsException($"{variable} is set, but {ClusterSettings.EndpointsVariable} has http addresses; certificates need https.");

    private static string? ReadFile(VariableReader reader, string variable) =>
        reader.Text(variable) is not { } path ? null
        : File.Exists(path) ? path
        : throw SettingsException.Invalid(variable, path, "a PEM file; there is none of that name");

    private static string ReadPrefix(VariableReader reader)
    {
        string prefix = reader.Text(PrefixVariable) ?? ClusterSettings.DefaultPrefix;
        bool isValid = prefix.Length <= MaxPrefixLength && prefix[0] == '/' && prefix[^1] != '/' && prefix.All(c => c is > ' ' and <= '~');
        return isValid
            ? prefix
            : throw SettingsException.Invalid(
                PrefixVariable, prefix, $"1 to {MaxPrefixLength} printable characters, with '/' at the beginning and not at the end");
    }
}
