using System.Text;

namespace Basalt.Bench.Targets;

/// <summary>Text as C wants it.</summary>
internal static class NativeText
{
    public static byte[] Of(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
