using System.Buffers.Binary;
using Google.Protobuf;

namespace Basalt.Server.Tests.Support;

/// <summary>How a call of gRPC ended.</summary>
/// <param name="HttpStatus">The status of HTTP: 200 for every call, failed ones too.</param>
/// <param name="Status">The status of the call.</param>
/// <param name="Detail">What it says.</param>
/// <param name="Body">The message with its header; empty after a failure.</param>
internal sealed record GrpcResponse(int HttpStatus, string? Status, string Detail, byte[] Body)
{
    private const int HeaderLength = 5;

    /// <summary>The message of a call that succeeded.</summary>
    public T Message<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        Assert.True(Status == "0", $"Expected status 0, but got {Status}: {Detail}");
        Assert.Equal(0, Body[0]);
        Assert.Equal(Body.Length - HeaderLength, BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(1)));
        return parser.ParseFrom(Body, HeaderLength, Body.Length - HeaderLength);
    }

    /// <summary>Fails unless the call failed with that status and a message that has all of the parts.</summary>
    public void ExpectError(string status, params ReadOnlySpan<string> parts)
    {
        Assert.Equal(200, HttpStatus);
        Assert.Equal(status, Status);
        Assert.Empty(Body);
        foreach (string part in parts)
        {
            Assert.Contains(part, Detail, StringComparison.Ordinal);
        }
    }
}
