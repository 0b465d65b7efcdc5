using System.Reflection;

namespace Basalt.Architecture.Tests.Metadata;

/// <summary>Type names as C# writes them, with nullability.</summary>
internal static class ApiTypeName
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(char)] = "char",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Print(type, null);

    public static string Of(FieldInfo field)
    {
        lock (Nullability)
        {
            return Print(field.FieldType, Nullability.Create(field));
        }
    }

    public static string Of(PropertyInfo property)
    {
        lock (Nullability)
        {
            return Print(property.PropertyType, Nullability.Create(property));
        }
    }

    public static string Of(ParameterInfo parameter)
    {
        string prefix = parameter switch
        {
            { ParameterType.IsByRef: false } => parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "",
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            _ => "ref ",
        };
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        lock (Nullability)
        {
            return prefix + Print(type, Nullability.Create(parameter));
        }
    }

    private static string Print(Type type, NullabilityInfo? nullability)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Print(underlying, null)}?";
        }

        string name = type switch
        {
            { IsArray: true } => $"{Print(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]",
            { IsPointer: true } => $"{Print(type.GetElementType()!, null)}*",
            { IsGenericParameter: true } => type.Name,
            { IsGenericType: true } => PrintGeneric(type, nullability),
            _ => Keywords.GetValueOrDefault(type) ?? Qualified(type),
        };
        return nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType ? $"{name}?" : name;
    }

    private static string PrintGeneric(Type type, NullabilityInfo? nullability)
    {
        NullabilityInfo[] arguments = nullability?.GenericTypeArguments ?? [];
        IEnumerable<string> names = type.GetGenericArguments()
            .Select((argument, index) => Print(argument, index < arguments.Length ? arguments[index] : null));
        return $"{Qualified(type).Split('`')[0]}<{string.Join(", ", names)}>";
    }

    // The namespaces of the framework and of the library itself would only lengthen the lines.
    private static string Qualified(Type type)
    {
        string name = type.IsNested ? $"{Qualified(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsNested || type.Namespace is null || type.Namespace.Split('.')[0] is "System" or "Basalt"
            ? name
            : $"{type.Namespace}.{name}";
    }
}
