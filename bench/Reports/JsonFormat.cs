using System.Text.Encodings.Web;
using System.Text.Json;

namespace Basalt.Bench.Reports;

/// <summary>How JSON files of a report look.</summary>
internal static class JsonFormat
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSerializerOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
