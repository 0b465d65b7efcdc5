namespace Basalt.Backup.Tests.Support.Gcs;

/// <summary>A request to the fake, for tests that want to disturb it.</summary>
/// <param name="Method"><c>GET</c>, <c>POST</c>, <c>PUT</c> or <c>DELETE</c>.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Number">How many requests came before.</param>
public sealed record FakeCall(string Method, string Path, int Number)
{
    /// <summary>Whether it begins an upload or makes one in a single request.</summary>
    public bool IsUpload => Method == "POST";

    /// <summary>Whether it is a piece of a session, or asks how far one is.</summary>
    public bool IsSession => Method == "PUT";
}
