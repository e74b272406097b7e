namespace GrpoMonteCarlo.Parquet;

/// <summary>Reads the schema in a footer, and refuses one that is not a flat table of the known types.</summary>
internal static class SchemaReader
{
    public static ParquetColumn[] Read(ref ThriftReader thrift, ThriftType type)
    {
        int count = thrift.ReadList(type, ThriftType.Struct);
        if (count < 2)
        {
            throw thrift.Bad("a schema without columns");
        }

        Element root = ReadElement(ref thrift);
        List<ParquetColumn> columns = [];
        HashSet<string> names = [];
        for (int i = 1; i < count; i++)
        {
            ParquetColumn column = Column(ReadElement(ref thrift), thrift);
            if (!names.Add(column.Name))
            {
                throw thrift.Bad($"two columns with the name '{column.Name}'");
            }

            columns.Add(column);
        }

        return root.Children == columns.Count ? [.. columns] : throw thrift.Bad(
            $"a schema with {columns.Count} columns whose root has {root.Children}");
    }

    private static ParquetColumn Column(Element element, ThriftReader thrift)
    {
        string name = element.Name ?? throw thrift.Bad("a column without a name");
        if (element.Children != 0 || element.Repetition is not (0 or 1))
        {
            throw thrift.Bad($"column '{name}' is nested or repeated; only flat tables are read");
        }

        bool isText = element.Converted == ConvertedType.Utf8 || element.Logical == LogicalType.String;
        bool isInteger = element is { Converted: null or ConvertedType.SignedInteger, Logical: null or LogicalType.SignedInteger };
        bool isBare = element is { Converted: null, Logical: null };
        ParquetType? type = (PhysicalType?)element.Physical switch
        {
            PhysicalType.Boolean when isBare => ParquetType.Boolean,
            PhysicalType.Int32 when isInteger => ParquetType.Int32,
            PhysicalType.Int64 when isInteger => ParquetType.Int64,
            PhysicalType.Double when isBare => ParquetType.Double,
            PhysicalType.ByteArray when isText => ParquetType.String,
            _ => null,
        };
        return new ParquetColumn(name, type ?? throw thrift.Bad(
            $"column '{name}' has the type {(PhysicalType?)element.Physical} (converted {element.Converted}, logical {element.Logical}), which is not read"), element.Repetition == 1);
    }

    private static Element ReadElement(ref ThriftReader thrift)
    {
        Element element = default;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    element.Physical = thrift.ReadInt32(type);
                    break;
                case 3:
                    element.Repetition = thrift.ReadInt32(type);
                    break;
                case 4:
                    element.Name = thrift.ReadText(type);
                    break;
                case 5:
                    element.Children = thrift.ReadInt32(type);
                    break;
                case 6:
                    int converted = thrift.ReadInt32(type);
                    element.Converted = converted switch
                    {
                        0 => ConvertedType.Utf8,
                        >= 15 and <= 18 => ConvertedType.SignedInteger,
                        _ => ConvertedType.Other,
                    };
                    break;
                case 10:
                    thrift.Expect(type, ThriftType.Struct);
                    element.Logical = ReadLogicalType(ref thrift);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return element;
    }

    private static LogicalType ReadLogicalType(ref ThriftReader thrift)
    {
        LogicalType logical = LogicalType.Other;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    logical = LogicalType.String;
                    thrift.Skip(type);
                    break;
                case 10:
                    thrift.Expect(type, ThriftType.Struct);
                    logical = ReadIsSigned(ref thrift) ? LogicalType.SignedInteger : LogicalType.Other;
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return logical;
    }

    private static bool ReadIsSigned(ref ThriftReader thrift)
    {
        bool signed = false;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            if (field == 2)
            {
                signed = thrift.ReadBool(type);
            }
            else
            {
                thrift.Skip(type);
            }
        }

        return signed;
    }

    /// <summary>The format's older annotations, as far as they tell columns that are read from others.</summary>
    private enum ConvertedType
    {
        Utf8,
        SignedInteger,
        Other,
    }

    /// <summary>The format's newer annotations, likewise.</summary>
    private enum LogicalType
    {
        String,
        SignedInteger,
        Other,
    }

    private struct Element
    {
        public int? Physical;
        public int? Repetition;
        public string? Name;
        public int Children;
        public ConvertedType? Converted;
        public LogicalType? Logical;
    }
}
