using System.Collections.Immutable;
using Basalt.Server.Security;

namespace Basalt.Server.Configuration;

/// <summary>Reads who may use the server. Messages name variables and users, never keys.</summary>
internal static class AccessReader
{
    private const string AnonymousVariable = "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED";
    private const string KeysEnabledVariable = "AUTHENTICATION_APIKEY_ENABLED";
    private const string KeysVariable = "AUTHENTICATION_APIKEY_ALLOWED_KEYS";
    private const string UsersVariable = "AUTHENTICATION_APIKEY_USERS";
    private const string ListEnabledVariable = "AUTHORIZATION_ADMINLIST_ENABLED";
    private const string AdministratorsVariable = "AUTHORIZATION_ADMINLIST_USERS";
    private const string ReadersVariable = "AUTHORIZATION_ADMINLIST_READONLY_USERS";

    /// <summary>Reads and validates.</summary>
    /// <exception cref="SettingsException">The variables contradict each other, or ask for what the server does not have.</exception>
    public static AccessSettings Read(VariableReader reader)
    {
        foreach (string unserved in (ReadOnlySpan<string>)["AUTHENTICATION_OIDC_ENABLED", "AUTHORIZATION_RBAC_ENABLED"])
        {
            // Ignoring it would leave open what its operator believes to be closed.
            if (reader.Flag(unserved, fallback: false))
            {
                throw new SettingsException($"{unserved}: this server has API keys and the admin list only; turn it off and use {KeysEnabledVariable}.");
            }
        }

        ImmutableArray<ApiKey> keys = reader.Flag(KeysEnabledVariable, fallback: false) ? ReadKeys(reader) : [];
        bool anonymous = reader.Flag(AnonymousVariable, keys.IsEmpty);
        if (!anonymous && keys.IsEmpty)
        {
            throw new SettingsException($"{AnonymousVariable} is off and no other way in is configured: set {KeysEnabledVariable}, or turn it on.");
        }

        var settings = new AccessSettings
        {
            AnonymousEnabled = anonymous,
            Keys = keys,
            AdminListEnabled = reader.Flag(ListEnabledVariable, fallback: false),
            Administrators = reader.List(AdministratorsVariable),
            Readers = reader.List(ReadersVariable),
        };
        string? both = settings.Administrators.FirstOrDefault(settings.Readers.Contains);
        return both is null
            ? settings
            : throw new SettingsException($"{AdministratorsVariable} and {ReadersVariable} both name '{both}'; a user can be in one of them.");
    }

    private static ImmutableArray<ApiKey> ReadKeys(VariableReader reader)
    {
        ImmutableArray<string> keys = reader.List(KeysVariable);
        ImmutableArray<string> users = reader.List(UsersVariable);
        if (keys.IsEmpty)
        {
            throw new SettingsException($"{KeysEnabledVariable} is on: {KeysVariable} must hold at least one key.");
        }

        if (users.Length != 1 && users.Length != keys.Length)
        {
            throw new SettingsException(
                $"{UsersVariable} names {users.Length} users for {keys.Length} keys; it takes one user for all keys, or as many users as keys.");
        }

        return [.. keys.Select((key, index) => ApiKey.Of(key, users[users.Length == 1 ? 0 : index]))];
    }
}
