using System.Security.Cryptography;

namespace Basalt.Server.Security;

/// <summary>Decides who is let in. It knows nothing of HTTP, so that every protocol asks the same one. Thread-safe.</summary>
internal sealed class AccessControl(AccessSettings settings)
{
    /// <summary>The user that a caller without credentials is.</summary>
    public const string Anonymous = "anonymous";

    private const string Scheme = "Bearer ";

    /// <summary>Decides about one request.</summary>
    /// <param name="authorization">The value of its <c>authorization</c> header; null or empty for none.</param>
    /// <param name="kind">What it does.</param>
    /// <param name="action">What it is, for the message of a refusal: <c>DELETE /v1/schema/Book</c>.</param>
    public AccessDecision Decide(string? authorization, AccessKind kind, string action)
    {
        string? user = Identify(authorization, out string reason);
        return user is null
            ? new AccessDecision(AccessOutcome.Unauthenticated, "", reason)
            : IsPermitted(user, kind)
                ? new AccessDecision(AccessOutcome.Allowed, user, "")
                : new AccessDecision(
                    AccessOutcome.Forbidden,
                    user,
                    $"authorization, forbidden action: user '{user}' has insufficient permissions to {(kind == AccessKind.Read ? "read" : "write")}: {action}");
    }

    private string? Identify(string? authorization, out string reason)
    {
        reason = "";
        if (string.IsNullOrWhiteSpace(authorization) || (settings.Keys.IsEmpty && settings.AnonymousEnabled))
        {
            reason = settings.AnonymousEnabled
                ? ""
                : "anonymous access not enabled. Please authenticate through one of the available methods: [API-keys]";
            return settings.AnonymousEnabled ? Anonymous : null;
        }

        string? user = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? UserOf(authorization[Scheme.Length..].Trim()) : null;
        reason = user is null ? "unauthorized: invalid api key" : "";
        return user;
    }

    /// <summary>Compares with every key, and each time in full: how long it takes tells nothing about any of them.</summary>
    private string? UserOf(string key)
    {
        byte[] digest = ApiKey.DigestOf(key);
        string? user = null;
        foreach (ApiKey known in settings.Keys)
        {
            user = CryptographicOperations.FixedTimeEquals(digest, known.Digest.AsSpan()) ? known.User : user;
        }

        return user;
    }

    private bool IsPermitted(string user, AccessKind kind) =>
        !settings.AdminListEnabled
        || settings.Administrators.Contains(user)
        || (kind == AccessKind.Read && settings.Readers.Contains(user));
}
