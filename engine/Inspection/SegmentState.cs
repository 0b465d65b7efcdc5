namespace Basalt.Engine.Inspection;

/// <summary>The states of a segment on disk.</summary>
internal enum SegmentState
{
    /// <summary>Every byte is as it was written.</summary>
    Intact,

    /// <summary>Something in it is damaged; blocks may be readable.</summary>
    Damaged,

    /// <summary>Its file is gone, cannot be opened, or holds another segment in its place.</summary>
    Lost,
}
