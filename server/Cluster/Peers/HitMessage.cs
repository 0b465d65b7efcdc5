using Basalt.Server.Index;
using Basalt.Server.Search;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// What a search found on its way back: the number of hits; each <c>id | distance (flag, f32) | number of values that it is sorted by (i32)
/// | values</c>. A value begins with its type.
/// </summary>
internal static class HitMessage
{
    private const byte None = 0;
    private const byte Integer = 1;
    private const byte Number = 2;
    private const byte Text = 3;
    private const byte Truth = 4;
    private const byte Id = 5;
    private const int MinHitLength = IndexKey.IdLength + 1 + sizeof(float) + sizeof(int);

    /// <summary>Adds hits to a message.</summary>
    public static void Write(PeerMessageWriter message, IReadOnlyList<SearchHit> hits)
    {
        message.Int32(hits.Count);
        foreach (SearchHit hit in hits)
        {
            message.Id(hit.Id);
            message.Flag(hit.Distance is not null);
            message.Single(hit.Distance ?? 0);
            message.Int32(hit.SortValues?.Length ?? 0);
            foreach (IComparable? value in hit.SortValues ?? [])
            {
                WriteValue(message, value);
            }
        }
    }

    /// <summary>Reads hits.</summary>
    /// <exception cref="PeerMessageException">They are malformed.</exception>
    public static SearchHit[] Read(PeerMessageReader message)
    {
        var hits = new SearchHit[message.Count(MinHitLength)];
        for (int i = 0; i < hits.Length; i++)
        {
            Guid id = message.Id();
            bool hasDistance = message.Flag();
            float distance = message.Single();
            var values = new IComparable?[message.Count(1)];
            for (int j = 0; j < values.Length; j++)
            {
                values[j] = ReadValue(message);
            }

            hits[i] = new SearchHit(id, hasDistance ? distance : null, values.Length > 0 ? values : null);
        }

        return hits;
    }

    private static void WriteValue(PeerMessageWriter message, IComparable? value)
    {
        switch (value)
        {
            case null:
                message.Byte(None);
                break;
            case long integer:
                message.Byte(Integer);
                message.Int64(integer);
                break;
            case double number:
                message.Byte(Number);
                message.Int64(BitConverter.DoubleToInt64Bits(number));
                break;
            case string text:
                message.Byte(Text);
                message.Text(text);
                break;
            case bool truth:
                message.Byte(Truth);
                message.Flag(truth);
                break;
            case Guid id:
                message.Byte(Id);
                message.Id(id);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value, "Nothing is sorted by such a value.");
        }
    }

    private static IComparable? ReadValue(PeerMessageReader message) => message.Byte() switch
    {
        None => null,
        Integer => message.Int64(),
        Number => BitConverter.Int64BitsToDouble(message.Int64()),
        Text => message.RequiredText(),
        Truth => message.Flag(),
        Id => message.Id(),
        var type => throw new PeerMessageException($"a hit is sorted by a value of unknown type {type}"),
    };
}
