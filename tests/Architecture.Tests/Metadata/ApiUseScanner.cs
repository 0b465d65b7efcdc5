using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Basalt.Architecture.Tests.Metadata;

/// <summary>
/// Lists the members of other assemblies that an assembly's code uses. Reads the compiled code, because a text search misses aliases,
/// <c>using static</c> and extension calls, and stumbles over comments.
/// </summary>
internal static class ApiUseScanner
{
    private static readonly Dictionary<ushort, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value);

    public static IReadOnlyList<ApiUse> Scan(string assemblyPath)
    {
        using FileStream file = File.OpenRead(assemblyPath);
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        HashSet<ApiUse> uses = [];
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition))
        {
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            string caller = OutermostTypeName(metadata, method.GetDeclaringType());
            foreach (EntityHandle token in TokensOf(image.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                if (Describe(metadata, token, caller) is { } use)
                {
                    uses.Add(use);
                }
            }
        }

        return [.. uses.OrderBy(use => use.ToString(), StringComparer.Ordinal)];
    }

    private static List<EntityHandle> TokensOf(BlobReader code)
    {
        List<EntityHandle> tokens = [];
        while (code.RemainingBytes > 0)
        {
            ushort value = code.ReadByte();
            if (value == 0xFE)
            {
                value = (ushort)(0xFE00 | code.ReadByte());
            }

            OperandType operand = OpCodesByValue[value].OperandType;
            switch (operand)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok:
                    tokens.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += OperandLength(operand);
                    break;
            }
        }

        return tokens;
    }

    private static int OperandLength(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static ApiUse? Describe(MetadataReader metadata, EntityHandle token, string caller)
    {
        if (token.Kind == HandleKind.MethodSpecification)
        {
            token = metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method;
        }

        if (token.Kind != HandleKind.MemberReference)
        {
            return null;
        }

        MemberReference member = metadata.GetMemberReference((MemberReferenceHandle)token);
        return TypeNameOf(metadata, member.Parent) is { } type
            ? new ApiUse(caller, type, metadata.GetString(member.Name), ParameterCount(metadata, member))
            : null;
    }

    private static int ParameterCount(MetadataReader metadata, MemberReference member)
    {
        BlobReader signature = metadata.GetBlobReader(member.Signature);
        SignatureHeader header = signature.ReadSignatureHeader();
        if (header.Kind != SignatureKind.Method)
        {
            return 0;
        }

        if (header.IsGeneric)
        {
            signature.ReadCompressedInteger();
        }

        return signature.ReadCompressedInteger();
    }

    private static string? TypeNameOf(MetadataReader metadata, EntityHandle parent)
    {
        switch (parent.Kind)
        {
            case HandleKind.TypeReference:
                TypeReference reference = metadata.GetTypeReference((TypeReferenceHandle)parent);
                string name = metadata.GetString(reference.Name);
                return reference.ResolutionScope.Kind == HandleKind.TypeReference
                    ? $"{TypeNameOf(metadata, reference.ResolutionScope)}+{name}"
                    : $"{metadata.GetString(reference.Namespace)}.{name}";

            case HandleKind.TypeSpecification:
                BlobReader signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
                if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
                {
                    return null;
                }

                signature.ReadByte();
                return TypeNameOf(metadata, signature.ReadTypeHandle());

            default:
                return null;
        }
    }

    private static string OutermostTypeName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        string name = metadata.GetString(type.Name).Split('`')[0];
        return $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
