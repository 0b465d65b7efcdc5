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

    /// <summary>Checks that addresses with TLS have a certificate.</summary>
    /// <exception cref="SettingsException">There is none, or not where the setting says.</exception>
    public static void RequireCertificate(ServerSettings settings)
    {
        if (settings.Urls.FirstOrDefault(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) is not { } url)
        {
            return;
        }

        if (!settings.Kestrel.TryGetValue("Certificates:Default:Path", out string? path))
        {
            throw new SettingsException($"The address {url} needs a certificate: set {CertificateVariable} to a PEM or PFX file.");
        }

        if (!File.Exists(path))
        {
            throw SettingsException.Invalid(CertificateVariable, path, "a file with a certificate; there is none of that name");
        }
    }
}
