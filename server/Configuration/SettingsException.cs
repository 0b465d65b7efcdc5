namespace Basalt.Server.Configuration;

/// <summary>A setting has a value that the server cannot use; the message names the setting, the value and what is allowed.</summary>
internal sealed class SettingsException : Exception
{
    public SettingsException()
        : this("A setting is invalid.")
    {
    }

    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public static SettingsException Invalid(string name, string value, string allowed) =>
        new($"{name}: the value '{UrlSecrets.Hide(value)}' is not allowed; it takes {allowed}.");
}
