namespace Basalt.Bench.Load;

/// <summary>In which order keys are written.</summary>
internal enum KeyOrder
{
    Sequential,
    Random,
}
