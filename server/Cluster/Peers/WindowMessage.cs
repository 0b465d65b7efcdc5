using System.Buffers.Binary;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// A window of encoded objects on its way to another node: the number of objects; each <c>id | mode (u8) | whether it is to be written (u8) | record (i32 length, 0 for a
/// deletion) | record an update was made from | index entries (i32 number; each property (u16), value (i32 length))</c>. The keys of entries
/// end in the id, which is left out.
/// </summary>
internal static class WindowMessage
{
    private const int MinWriteLength = IndexKey.IdLength + 2 + (3 * sizeof(int));
    private const int MinEntryLength = IndexKey.PropertyLength + sizeof(int);

    /// <summary>Adds a window to a message.</summary>
    public static void Write(PeerMessageWriter message, WriteWindow window)
    {
        message.Int32(window.Count);
        Span<byte> property = stackalloc byte[IndexKey.PropertyLength];
        foreach (ref readonly ObjectWrite write in window.Writes)
        {
            message.Id(write.Id);
            message.Byte((byte)write.Mode);
            message.Flag(write.Outcome == WriteOutcome.Pending);
            message.Bytes(window.Record(write));
            message.Bytes(write.Expected.Span);
            message.Int32(write.EntryCount);
            for (int i = 0; i < write.EntryCount; i++)
            {
                ReadOnlySpan<byte> key = window.Entries[write.FirstEntry + i];
                key[..IndexKey.PropertyLength].CopyTo(property);
                message.Raw(property);
                message.Bytes(key[IndexKey.PropertyLength..^IndexKey.IdLength]);
            }
        }
    }

    /// <summary>Reads a window.</summary>
    /// <param name="message">The message; the window refers to its bytes.</param>
    /// <param name="window">Takes the objects.</param>
    /// <exception cref="PeerMessageException">It is malformed.</exception>
    public static void Read(PeerMessageReader message, WriteWindow window)
    {
        for (int left = message.Count(MinWriteLength); left > 0; left--)
        {
            Guid id = message.Id();
            var mode = (WriteMode)message.Byte();
            bool isPending = message.Flag();
            ReadOnlyMemory<byte> record = message.Bytes();
            var write = new ObjectWrite
            {
                Id = id,
                Mode = Enum.IsDefined(mode) ? mode : throw new PeerMessageException($"there is no way {mode} to write an object"),
                Expected = message.Bytes(),
                Outcome = isPending ? WriteOutcome.Pending : WriteOutcome.Invalid,
                RecordOffset = window.Records.Length,
                RecordLength = record.Length,
                FirstEntry = window.Entries.Count,
            };
            if (mode == WriteMode.Delete ? record.Length > 0 : !IsRecord(record.Span))
            {
                throw new PeerMessageException($"object {id} has a record that does not fit its kind of write");
            }

            window.Records.Append(record.Span);
            ReadEntries(message, window, id);
            write.EntryCount = window.Entries.Count - write.FirstEntry;
            window.Add(write);
        }
    }

    /// <summary>Adds what became of the objects: each <c>outcome (u8) | creation time (i64) | problem</c>.</summary>
    public static void WriteOutcomes(PeerMessageWriter message, WriteWindow window)
    {
        message.Int32(window.Count);
        foreach (ref readonly ObjectWrite write in window.Writes)
        {
            message.Byte((byte)write.Outcome);
            message.Int64(write.RecordLength == 0 ? 0 : ObjectRecord.Read(window.Record(write)).Created);
            message.Text(write.Problem);
        }
    }

    /// <summary>Reads what became of the objects into the window that was sent.</summary>
    /// <exception cref="PeerMessageException">It is malformed.</exception>
    public static void ReadOutcomes(PeerMessageReader message, WriteWindow window)
    {
        if (message.Int32() != window.Count)
        {
            throw new PeerMessageException("the answer is about another number of objects");
        }

        foreach (ref ObjectWrite write in window.Writes)
        {
            var outcome = (WriteOutcome)message.Byte();
            long created = message.Int64();
            string? problem = message.Text();
            if (!Enum.IsDefined(outcome) || outcome == WriteOutcome.Pending)
            {
                throw new PeerMessageException($"there is no outcome {outcome}");
            }

            if (write.Outcome != WriteOutcome.Pending)
            {
                continue;
            }

            write.Outcome = outcome;
            write.Problem = problem;
            if (write.RecordLength > 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(window.Record(write)[ObjectRecord.CreatedOffset..], created);
            }
        }
    }

    private static bool IsRecord(ReadOnlySpan<byte> bytes)
    {
        try
        {
            ObjectRecord record = ObjectRecord.Read(bytes);
            int named = 0;
            foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
            {
                named += vector.Name.Length > 0 ? 0 : 1;
            }

            return named == 0 && !record.Properties.IsEmpty;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    // A commit merges them with those of the stored object, so they have to be in order.
    private static void ReadEntries(PeerMessageReader message, WriteWindow window, Guid id)
    {
        int first = window.Entries.Count;
        for (int left = message.Count(MinEntryLength); left > 0; left--)
        {
            ushort property = BinaryPrimitives.ReadUInt16BigEndian(message.Raw(IndexKey.PropertyLength).Span);
            ReadOnlyMemory<byte> value = message.Bytes();
            if (property is IndexKey.Metadata or IndexKey.CreationTime || value.Length > IndexKey.MaxEncodedTermLength)
            {
                throw new PeerMessageException($"object {id} has an index entry that no object has");
            }

            window.Entries.Add(property, value.Span, id);
            int last = window.Entries.Count - 1;
            if (last > first && window.Entries[last - 1].SequenceCompareTo(window.Entries[last]) >= 0)
            {
                throw new PeerMessageException($"the index entries of object {id} are not in order");
            }
        }
    }
}
