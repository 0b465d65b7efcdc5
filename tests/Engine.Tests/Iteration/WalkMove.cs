namespace Basalt.Engine.Tests.Iteration;

internal enum WalkMove
{
    First,
    Last,
    Seek,
    SeekBefore,
    Next,
    Previous,
}
