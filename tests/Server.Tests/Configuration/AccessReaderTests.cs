using Basalt.Server.Configuration;
using Basalt.Server.Security;

namespace Basalt.Server.Tests.Configuration;

public sealed class AccessReaderTests
{
    [Fact]
    public void Access_WhenNothingIsSet_IsAnonymousOnLoopback()
    {
        ServerSettings settings = Read("");

        Assert.True(settings.Access.AnonymousEnabled);
        Assert.All(settings.Urls, url => Assert.True(ListenUrl.IsLoopback(url)));
    }

    [Theory]
    [InlineData("ann", "ann", "ann")]
    [InlineData("ann,bob", "ann", "bob")]
    public void Keys_WithOneUserOrOneForEach_AreTheirs(string users, string first, string second)
    {
        AccessSettings access = Read($"AUTHENTICATION_APIKEY_ENABLED=true;AUTHENTICATION_APIKEY_ALLOWED_KEYS=k1,k2;AUTHENTICATION_APIKEY_USERS={users}").Access;

        Assert.False(access.AnonymousEnabled);
        var control = new AccessControl(access);
        Assert.Equal(first, control.Decide("Bearer k1", AccessKind.Write, "x").User);
        Assert.Equal(second, control.Decide("bearer k2", AccessKind.Write, "x").User);
        Assert.DoesNotContain("k1", access.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=false", "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED")]
    [InlineData("AUTHENTICATION_APIKEY_ENABLED=true", "AUTHENTICATION_APIKEY_ALLOWED_KEYS")]
    [InlineData("AUTHENTICATION_APIKEY_ENABLED=true;AUTHENTICATION_APIKEY_ALLOWED_KEYS=secret", "AUTHENTICATION_APIKEY_USERS")]
    [InlineData("AUTHENTICATION_APIKEY_ENABLED=true;AUTHENTICATION_APIKEY_ALLOWED_KEYS=secret,b,c;AUTHENTICATION_APIKEY_USERS=a,b", "2 users for 3 keys")]
    [InlineData("AUTHORIZATION_ADMINLIST_USERS=ann;AUTHORIZATION_ADMINLIST_READONLY_USERS=bob,ann", "'ann'")]
    [InlineData("AUTHENTICATION_OIDC_ENABLED=true", "AUTHENTICATION_OIDC_ENABLED")]
    [InlineData("AUTHORIZATION_RBAC_ENABLED=true", "AUTHORIZATION_RBAC_ENABLED")]
    public void Settings_ThatContradictEachOther_AreRefusedByNameAndWithoutKeys(string variables, string part)
    {
        string message = Assert.Throws<SettingsException>(() => Read(variables)).Message;

        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    private static ServerSettings Read(string variables) =>
        SettingsReader.Read(variables.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]));
}
