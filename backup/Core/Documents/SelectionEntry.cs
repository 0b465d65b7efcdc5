using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary>Collections as a request named them.</summary>
internal sealed record SelectionEntry(ImmutableArray<string> Include, ImmutableArray<string> Exclude) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        RequiredElements.Check(Include, nameof(Include));
        RequiredElements.Check(Exclude, nameof(Exclude));
    }
}
