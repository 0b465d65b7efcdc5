using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>An answer of the server, read whole.</summary>
/// <param name="Request">Method and path.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
internal sealed record StressAnswer(string Request, int Status, byte[] Body)
{
    private const int ShownLength = 400;

    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The same for a message.</summary>
    public override string ToString()
    {
        string text = System.Text.Encoding.UTF8.GetString(Body);
        return $"{Request}: {Status} {(text.Length > ShownLength ? text[..ShownLength] : text)}";
    }
}
