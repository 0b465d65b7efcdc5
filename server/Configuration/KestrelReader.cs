using System.Collections.Immutable;

namespace Basalt.Server.Configuration;

/// <summary>Reads Kestrel's own settings: variables that begin with <c>Kestrel__</c>.</summary>
internal static class KestrelReader
{
    /// <summary>The variable with the certificate of <c>https</c> addresses.</summary>
    public const string CertificateVariable = "Kestrel__Certificates__Default__Path";

    private const string Prefix = "Kestrel__";

    /// <summary>The settings by their names below <c>Kestrel</c>, with ':' between the parts.</summary>
    public static ImmutableDictionary<string, string> Read(IReadOnlyDictionary<string, string> variables) =>
        variables
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .ToImmutableDictionary(
                variable => variable.Key[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal),
                variable => variable.Value,
                StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings of certificates alone, which gRPC shares with REST; the others are about REST's addresses.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Certificates(ServerSettings settings) =>
        settings.Kestrel
            .Where(setting => setting.Key.StartsWith("Certificates:", StringComparison.OrdinalIgnoreCase))
            .Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value));

    /// <summary>Checks that addresses with TLS have a certificate.</summary>
    /// <exception cref="SettingsException">There is none, or not where the setting says.</exception>
    public static void RequireCertificate(ServerSettings settings)
    {
        string? needed = settings.Urls.FirstOrDefault(ListenUrl.IsSecure) is { } url ? $"The address {url} needs"
            : settings.Grpc is { HasTls: true } ? "GRPC_TLS needs"
            : null;
        if (needed is null)
        {
            return;
        }

        if (!settings.Kestrel.TryGetValue("Certificates:Default:Path", out string? path))
        {
            throw new SettingsException($"{needed} a certificate: set {CertificateVariable} to a PEM or PFX file.");
        }

        if (!File.Exists(path))
        {
            throw SettingsException.Invalid(CertificateVariable, path, "a file with a certificate; there is none of that name");
        }
    }
}
