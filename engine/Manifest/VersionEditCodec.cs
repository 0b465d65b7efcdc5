using System.Text;
using Basalt.Engine.Snapshots;

namespace Basalt.Engine.Manifest;

/// <summary>
/// Version edits as bytes: a sequence of fields, each a tag and its content (FORMAT.md, "Manifest"). Unknown tags are an error: a
/// manifest that is only half understood must not be acted upon.
/// </summary>
internal static class VersionEditCodec
{
    private enum Tag : byte
    {
        LogFloor = 1,
        NextFileNumber = 2,
        NextKeyspaceId = 3,
        LastSequence = 4,
        CreatedKeyspace = 5,
        DroppedKeyspace = 6,
        AddedSegment = 7,
        RemovedSegment = 8,
        LeasedSegment = 9,
        GrantedLease = 10,
        RenewedLease = 11,
        ReleasedLease = 12,
    }

    public static byte[] Encode(VersionEdit edit)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        WriteCounter(writer, Tag.LogFloor, edit.LogFloor);
        WriteCounter(writer, Tag.NextFileNumber, edit.NextFileNumber);
        WriteCounter(writer, Tag.NextKeyspaceId, edit.NextKeyspaceId);
        WriteCounter(writer, Tag.LastSequence, edit.LastSequence);
        foreach (KeyspaceDefinition keyspace in edit.CreatedKeyspaces)
        {
            writer.Write((byte)Tag.CreatedKeyspace);
            writer.Write7BitEncodedInt64(keyspace.Id);
            writer.Write(keyspace.Name);
            writer.Write7BitEncodedInt64((long)keyspace.CreatedAt);
        }

        foreach (uint keyspace in edit.DroppedKeyspaces)
        {
            WriteCounter(writer, Tag.DroppedKeyspace, keyspace);
        }

        foreach (SegmentPlacement placement in edit.AddedSegments)
        {
            writer.Write((byte)Tag.AddedSegment);
            writer.Write7BitEncodedInt64(placement.Keyspace);
            writer.Write7BitEncodedInt(placement.Level);
            Write(writer, placement.Segment);
        }

        foreach (SegmentRemoval removal in edit.RemovedSegments)
        {
            writer.Write((byte)Tag.RemovedSegment);
            writer.Write7BitEncodedInt64(removal.Keyspace);
            Write(writer, removal.Id);
        }

        foreach (SegmentDefinition segment in edit.LeasedSegments)
        {
            writer.Write((byte)Tag.LeasedSegment);
            Write(writer, segment);
        }

        WriteLeases(writer, edit);
        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no edit of this format.</exception>
    public static VersionEdit Decode(byte[] payload)
    {
        using BinaryReader reader = new(new MemoryStream(payload, writable: false), Encoding.UTF8);
        try
        {
            return Decode(reader);
        }
        catch (Exception exception) when (exception is EndOfStreamException or ArgumentException or OverflowException or IOException)
        {
            throw new FormatException("The edit ends early or holds a field out of its range.", exception);
        }
    }

    private static VersionEdit Decode(BinaryReader reader)
    {
        VersionEdit edit = new();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            Tag tag = (Tag)reader.ReadByte();
            switch (tag)
            {
                case Tag.LogFloor:
                    edit.LogFloor = (ulong)reader.Read7BitEncodedInt64();
                    break;
                case Tag.NextFileNumber:
                    edit.NextFileNumber = (ulong)reader.Read7BitEncodedInt64();
                    break;
                case Tag.NextKeyspaceId:
                    edit.NextKeyspaceId = ReadKeyspaceId(reader);
                    break;
                case Tag.LastSequence:
                    edit.LastSequence = (ulong)reader.Read7BitEncodedInt64();
                    break;
                case Tag.CreatedKeyspace:
                    edit.CreatedKeyspaces.Add(new(ReadKeyspaceId(reader), reader.ReadString(), (ulong)reader.Read7BitEncodedInt64()));
                    break;
                case Tag.DroppedKeyspace:
                    edit.DroppedKeyspaces.Add(ReadKeyspaceId(reader));
                    break;
                case Tag.AddedSegment:
                    edit.AddedSegments.Add(new(ReadKeyspaceId(reader), ReadLevel(reader), SegmentDefinitionCodec.Read(reader)));
                    break;
                case Tag.RemovedSegment:
                    edit.RemovedSegments.Add(new(ReadKeyspaceId(reader), SegmentDefinitionCodec.ReadId(reader)));
                    break;
                case Tag.LeasedSegment:
                    edit.LeasedSegments.Add(SegmentDefinitionCodec.Read(reader));
                    break;
                case Tag.GrantedLease:
                    edit.GrantedLeases.Add(ReadLease(reader));
                    break;
                case Tag.RenewedLease:
                    edit.RenewedLeases.Add(new(ReadGuid(reader), ReadTime(reader)));
                    break;
                case Tag.ReleasedLease:
                    edit.ReleasedLeases.Add(ReadGuid(reader));
                    break;
                default:
                    throw new FormatException($"The edit holds the unknown field {(byte)tag}: it was written by a newer version.");
            }
        }

        return edit;
    }

    private static void WriteCounter(BinaryWriter writer, Tag tag, ulong? value)
    {
        if (value is { } number)
        {
            writer.Write((byte)tag);
            writer.Write7BitEncodedInt64((long)number);
        }
    }

    private static void WriteLeases(BinaryWriter writer, VersionEdit edit)
    {
        foreach (LeaseGrant lease in edit.GrantedLeases)
        {
            writer.Write((byte)Tag.GrantedLease);
            writer.Write(lease.Id.ToByteArray());
            writer.Write(lease.Owner);
            writer.Write7BitEncodedInt64((long)lease.Sequence);
            writer.Write(lease.CreatedAt.ToUnixTimeMilliseconds());
            writer.Write(lease.ExpiresAt.ToUnixTimeMilliseconds());
            writer.Write7BitEncodedInt(lease.Keyspaces.Count);
            foreach (LeasedKeyspace keyspace in lease.Keyspaces)
            {
                writer.Write(keyspace.Name);
                writer.Write7BitEncodedInt(keyspace.Segments.Count);
                foreach ((int level, SegmentId segment) in keyspace.Segments)
                {
                    writer.Write7BitEncodedInt(level);
                    Write(writer, segment);
                }
            }
        }

        foreach (LeaseRenewal renewal in edit.RenewedLeases)
        {
            writer.Write((byte)Tag.RenewedLease);
            writer.Write(renewal.Id.ToByteArray());
            writer.Write(renewal.ExpiresAt.ToUnixTimeMilliseconds());
        }

        foreach (Guid lease in edit.ReleasedLeases)
        {
            writer.Write((byte)Tag.ReleasedLease);
            writer.Write(lease.ToByteArray());
        }
    }

    private static LeaseGrant ReadLease(BinaryReader reader)
    {
        Guid id = ReadGuid(reader);
        string owner = reader.ReadString();
        ulong sequence = (ulong)reader.Read7BitEncodedInt64();
        DateTimeOffset createdAt = ReadTime(reader);
        DateTimeOffset expiresAt = ReadTime(reader);
        List<LeasedKeyspace> keyspaces = [];
        int keyspaceCount = reader.Read7BitEncodedInt();
        for (int i = 0; i < keyspaceCount; i++)
        {
            string name = reader.ReadString();
            List<(int Level, SegmentId Segment)> segments = [];
            int segmentCount = reader.Read7BitEncodedInt();
            for (int j = 0; j < segmentCount; j++)
            {
                segments.Add((ReadLevel(reader), SegmentDefinitionCodec.ReadId(reader)));
            }

            keyspaces.Add(new LeasedKeyspace(name, segments));
        }

        return new LeaseGrant(id, owner, sequence, createdAt, expiresAt, keyspaces);
    }

    private static void Write(BinaryWriter writer, SegmentId id) => SegmentDefinitionCodec.WriteId(writer, id);

    private static void Write(BinaryWriter writer, SegmentDefinition segment) => SegmentDefinitionCodec.Write(writer, segment);

    private static uint ReadKeyspaceId(BinaryReader reader) => checked((uint)reader.Read7BitEncodedInt64());

    private static int ReadLevel(BinaryReader reader)
    {
        int level = reader.Read7BitEncodedInt();
        return level is >= 0 and < KeyspaceVersion.LevelCount ? level : throw new FormatException($"Level {level} does not exist.");
    }

    private static Guid ReadGuid(BinaryReader reader) => new(reader.ReadBytes(16));

    private static DateTimeOffset ReadTime(BinaryReader reader) => DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
}
