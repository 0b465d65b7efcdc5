using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Google.Protobuf;

namespace Basalt.Server.Grpc;

/// <summary>Makes what an answer says about an object beside its properties.</summary>
internal static class MetadataBuilder
{
    /// <summary>Makes the metadata that a request asks for.</summary>
    /// <param name="request">What is wanted; null wants nothing.</param>
    /// <param name="id">The object.</param>
    /// <param name="record">Its record.</param>
    /// <param name="distance">Its distance from the vector that was searched for, if one was.</param>
    /// <param name="certainty">The same as a certainty, if the class's distance has one.</param>
    public static MetadataResult Build(MetadataRequest? request, Guid id, in ObjectRecord record, float? distance = null, float? certainty = null)
    {
        var metadata = new MetadataResult();
        if (request is null)
        {
            return metadata;
        }

        if (request.Uuid)
        {
            metadata.Id = id.ToString();
            metadata.IdAsBytes = ByteString.CopyFrom(id.ToByteArray(bigEndian: true));
        }

        metadata.CreationTimeUnixPresent = request.CreationTimeUnix;
        metadata.CreationTimeUnix = request.CreationTimeUnix ? record.Created : 0;
        metadata.LastUpdateTimeUnixPresent = request.LastUpdateTimeUnix;
        metadata.LastUpdateTimeUnix = request.LastUpdateTimeUnix ? record.Updated : 0;
        metadata.DistancePresent = request.Distance && distance is not null;
        metadata.Distance = metadata.DistancePresent ? distance!.Value : 0;
        metadata.CertaintyPresent = request.Certainty && certainty is not null;
        metadata.Certainty = metadata.CertaintyPresent ? certainty!.Value : 0;
        if (request.IsConsistent)
        {
            // There is one copy of every object, and it agrees with itself.
            metadata.IsConsistent = true;
            metadata.IsConsistentPresent = true;
        }

        AddVectors(metadata, request, record);
        return metadata;
    }

    private static void AddVectors(MetadataResult metadata, MetadataRequest request, in ObjectRecord record)
    {
        if (request.Vector)
        {
            metadata.VectorBytes = ByteString.CopyFrom(record.Vector);
        }

        foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
        {
            if (request.Vector || request.Vectors.Contains(vector.Name))
            {
                metadata.Vectors.Add(new Vectors
                {
                    Name = vector.Name,
                    VectorBytes = ByteString.CopyFrom(vector.Vector),
                    Type = Vectors.Types.VectorType.SingleFp32,
                });
            }
        }
    }
}
