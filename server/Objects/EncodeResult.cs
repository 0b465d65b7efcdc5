namespace Basalt.Server.Objects;

/// <summary>How encoding the properties of an object ended.</summary>
internal enum EncodeResult
{
    /// <summary>All properties are valid and encoded.</summary>
    Encoded,

    /// <summary>A value is not allowed; the object is refused.</summary>
    Invalid,

    /// <summary>A property is not in the class; with auto-schema it is added and the object encoded again.</summary>
    UnknownProperty,
}
