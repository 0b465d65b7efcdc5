using System.Collections.Immutable;
using System.Text.Json;

namespace Basalt.Backup.Documents;

/// <summary>The deserializer checks that members are not null, but not the elements of lists; documents check those themselves.</summary>
internal static class RequiredElements
{
    /// <exception cref="JsonException">The list is missing or holds null.</exception>
    public static void Check<T>(ImmutableArray<T> list, string name)
        where T : class
    {
        if (list.IsDefault || list.Any(element => element is null))
        {
            throw new JsonException($"the list '{name}' is missing or holds null");
        }
    }
}
