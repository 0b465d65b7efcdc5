using System.Collections.Immutable;

namespace Basalt.Server.Security;

/// <summary>Who may use the server (<c>AUTHENTICATION_*</c>, <c>AUTHORIZATION_ADMINLIST_*</c>).</summary>
internal sealed record AccessSettings
{
    /// <summary>Whether callers without credentials are admitted (<c>AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED</c>).</summary>
    public bool AnonymousEnabled { get; init; } = true;

    /// <summary>The keys and whose they are; empty when keys are off (<c>AUTHENTICATION_APIKEY_*</c>).</summary>
    public ImmutableArray<ApiKey> Keys { get; init; } = [];

    /// <summary>Whether the two lists say what users may do; otherwise whoever is admitted may do everything.</summary>
    public bool AdminListEnabled { get; init; }

    /// <summary>Users who may do everything (<c>AUTHORIZATION_ADMINLIST_USERS</c>).</summary>
    public ImmutableArray<string> Administrators { get; init; } = [];

    /// <summary>Users who may read (<c>AUTHORIZATION_ADMINLIST_READONLY_USERS</c>).</summary>
    public ImmutableArray<string> Readers { get; init; } = [];

    /// <summary>Whether callers without credentials may do everything.</summary>
    public bool IsOpen => AnonymousEnabled && (!AdminListEnabled || Administrators.Contains(AccessControl.Anonymous));
}
