namespace Basalt.Server.Configuration;

/// <summary>How log lines are written to standard output.</summary>
internal enum LogFormat
{
    /// <summary>One JSON object a line, for collectors.</summary>
    Json,

    /// <summary>One line of plain text, for people.</summary>
    Text,
}
