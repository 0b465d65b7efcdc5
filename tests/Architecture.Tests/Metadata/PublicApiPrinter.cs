using System.Globalization;
using System.Reflection;
using System.Text;

namespace Basalt.Architecture.Tests.Metadata;

/// <summary>Writes what an assembly promises to its users: one line per public or protected member, in a stable order.</summary>
internal static class PublicApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(DescribeType(type)).Append('\n');
            foreach (string member in type.GetMembers(Declared).Select(Describe).OfType<string>().Distinct().Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string DescribeType(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => $"enum {Name(type)} : {ApiTypeName.Of(Enum.GetUnderlyingType(type))}",
            { IsInterface: true } => $"interface {Name(type)}",
            { IsValueType: true } => $"{(IsReadOnly(type) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}struct {Name(type)}",
            _ when typeof(Delegate).IsAssignableFrom(type) => $"delegate {Name(type)}",
            { IsAbstract: true, IsSealed: true } => $"static class {Name(type)}",
            _ => $"{(type.IsSealed ? "sealed " : "")}{(type.IsAbstract ? "abstract " : "")}class {Name(type)}",
        };
        if (type.IsEnum)
        {
            return kind;
        }

        IEnumerable<Type> bases = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [parent] : [];
        string[] parents =
        [
            .. bases.Select(ApiTypeName.Of),
            .. type.GetInterfaces().Where(contract => contract.IsPublic).Select(ApiTypeName.Of).Order(StringComparer.Ordinal),
        ];
        return parents.Length == 0 ? kind : $"{kind} : {string.Join(", ", parents)}";
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo field when IsVisible(field) => DescribeField(field),
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) => DescribeProperty(property),
        EventInfo subscription when subscription.AddMethod is { } add && IsVisible(add) =>
            $"event {ApiTypeName.Of(subscription.EventHandlerType!)} {subscription.Name}",
        ConstructorInfo constructor when !constructor.IsStatic && IsVisible(constructor) =>
            $"{Modifiers(constructor)}{constructor.DeclaringType!.Name}({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            && !IsCompilerMade(method) =>
            $"{Modifiers(method)}{ApiTypeName.Of(method.ReturnParameter)} {method.Name}{Generics(method)}({Parameters(method)})",
        _ => null,
    };

    private static string DescribeField(FieldInfo field)
    {
        if (field.DeclaringType!.IsEnum)
        {
            return field.IsSpecialName ? null! : $"{field.Name} = {Literal(Convert.ChangeType(field.GetRawConstantValue(), typeof(long), CultureInfo.InvariantCulture))}";
        }

        string modifiers = field switch
        {
            { IsLiteral: true } => "const ",
            { IsStatic: true, IsInitOnly: true } => "static readonly ",
            { IsInitOnly: true } => "readonly ",
            _ => "",
        };
        string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
        return $"{modifiers}{ApiTypeName.Of(field)} {field.Name}{value}";
    }

    private static string DescribeProperty(PropertyInfo property)
    {
        string accessors = string.Concat(property.GetAccessors(nonPublic: true).Where(IsVisible).Select(accessor =>
            (accessor.IsFamily ? "protected " : "")
            + (accessor == property.GetMethod ? "get; " : IsInitOnly(accessor) ? "init; " : "set; ")));
        string indexes = property.GetIndexParameters() is { Length: > 0 } parameters
            ? $"[{string.Join(", ", parameters.Select(ApiTypeName.Of))}]"
            : "";
        string modifiers = Modifiers(property.GetAccessors(nonPublic: true).First(IsVisible));
        bool required = property.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "RequiredMemberAttribute");
        return $"{modifiers}{(required ? "required " : "")}{ApiTypeName.Of(property)} {property.Name}{indexes} {{ {accessors}}}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{ApiTypeName.Of(parameter)} {parameter.Name}" + DefaultOf(parameter)));

    private static string DefaultOf(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: false } => "",
        { DefaultValue: null, ParameterType: { IsValueType: true } type } when Nullable.GetUnderlyingType(type) is null => " = default",
        _ => $" = {Literal(parameter.DefaultValue)}",
    };

    private static string Modifiers(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface || method.IsStatic ? ""
            : method.IsAbstract ? "abstract "
            : method is MethodInfo info && info.GetBaseDefinition() != info ? "override "
            : method.IsVirtual && !method.IsFinal ? "virtual " : "");

    private static string Generics(MethodInfo method) => method.IsGenericMethod
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
        : "";

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Name(Type type) => $"{type.Namespace}.{ApiTypeName.Of(type)}";

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsInitOnly(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static bool IsReadOnly(Type type) =>
        type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IsReadOnlyAttribute");

    // Records' members are implied by the word; their printing and equality are noise in a review.
    private static bool IsCompilerMade(MethodInfo method) =>
        method.Name.Contains('<', StringComparison.Ordinal)
        || method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute");
}
