namespace Basalt.Server.Schema;

/// <summary>The type of a property: one kind of value, or an array of them.</summary>
internal readonly record struct DataType(DataKind Kind, bool IsArray = false)
{
    private const string ArraySuffix = "[]";

    private static readonly Dictionary<string, DataKind> Kinds = new(StringComparer.Ordinal)
    {
        ["text"] = DataKind.Text,
        ["int"] = DataKind.Int,
        ["number"] = DataKind.Number,
        ["boolean"] = DataKind.Boolean,
        ["date"] = DataKind.Date,
        ["uuid"] = DataKind.Uuid,
        ["geoCoordinates"] = DataKind.GeoCoordinates,
        ["phoneNumber"] = DataKind.PhoneNumber,
        ["blob"] = DataKind.Blob,
        ["object"] = DataKind.Object,
    };

    /// <summary>Whether values are split into terms.</summary>
    public bool IsText => Kind == DataKind.Text;

    /// <summary>Whether values have an order that range filters use.</summary>
    public bool IsRangeable => Kind is DataKind.Int or DataKind.Number or DataKind.Date;

    /// <summary>Whether values enter the inverted index.</summary>
    public bool IsIndexable => Kind <= DataKind.Uuid;

    /// <summary>Whether values are objects with properties of their own.</summary>
    public bool IsNested => Kind == DataKind.Object;

    /// <summary>Reads the name of a built-in type.</summary>
    public static bool TryParse(string name, out DataType type)
    {
        bool array = name.EndsWith(ArraySuffix, StringComparison.Ordinal);
        bool known = Kinds.TryGetValue(array ? name[..^ArraySuffix.Length] : name, out DataKind kind);
        type = new DataType(kind, array);
        return known && !(array && kind is (DataKind.GeoCoordinates or DataKind.PhoneNumber or DataKind.Blob));
    }

    /// <summary>The type's name on the wire. References have the names of their classes instead.</summary>
    public override string ToString()
    {
        string name = Kind switch
        {
            DataKind.GeoCoordinates => "geoCoordinates",
            DataKind.PhoneNumber => "phoneNumber",
            _ => Kind.ToString().ToLowerInvariant(),
        };
        return IsArray ? name + ArraySuffix : name;
    }
}
