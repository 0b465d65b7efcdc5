namespace Basalt.Server.Schema;

/// <summary>What a property holds.</summary>
internal enum DataKind
{
    Text,
    Int,
    Number,
    Boolean,
    Date,
    Uuid,
    GeoCoordinates,
    PhoneNumber,
    Blob,
    Object,

    /// <summary>References to objects of named classes.</summary>
    Reference,
}
