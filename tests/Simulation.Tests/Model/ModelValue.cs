namespace Basalt.Simulation.Tests.Model;

/// <summary>A value that can be told again from two numbers.</summary>
internal readonly record struct ModelValue(int Seed, int Length)
{
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        uint state = (uint)Seed * 2654435761 + 1;
        for (int i = 0; i < bytes.Length; i++)
        {
            // Half of them repeat, so that blocks compress a little.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            bytes[i] = (i & 32) == 0 ? (byte)state : (byte)Seed;
        }

        return bytes;
    }
}
