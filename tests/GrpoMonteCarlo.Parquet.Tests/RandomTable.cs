using System.Text;

namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>How a made-up column's values follow each other.</summary>
public enum Shape
{
    AllNulls,
    Constant,
    Runs,
    Few,
    HighCardinality,
    Special,
}

/// <summary>Tables made up from a seed.</summary>
internal static class RandomTable
{
    public static readonly ParquetType[] Types = Enum.GetValues<ParquetType>();
    public static readonly Shape[] Shapes = Enum.GetValues<Shape>();

    private static readonly double[] Doubles =
    [
        0.0, -0.0, double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0000), BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0001), double.PositiveInfinity,
        double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, 0.1, 1e21, 1e-7, 123456789.125,
    ];

    private static readonly string[] Texts =
    [
        "", " ", "a", "\0", "\"quoted\" 'text' \\", "line\nfeed\ttab", "NaN", "naïve", "猫", "🐈‍⬛", "\uFFFD", "\uFEFF", "é", "e\u0301",
        new('x', 64), new('x', 65), new('ü', 300),
    ];

    public static Table Make(int seed)
    {
        Random random = new(seed);
        int rows = random.Next(4) switch { 0 => random.Next(3), 1 => random.Next(40), _ => random.Next(3000) };
        ParquetColumn[] columns = new ParquetColumn[random.Next(1, 8)];
        object?[][] values = new object?[columns.Length][];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new ParquetColumn($"column {i}", Types[random.Next(Types.Length)], random.Next(2) == 0);
            values[i] = Column(columns[i].Type, columns[i].Optional, Shapes[random.Next(Shapes.Length)], rows, random);
        }

        return new Table(columns, values);
    }

    public static object?[] Column(ParquetType type, bool optional, Shape shape, int rows, Random random)
    {
        object?[] few = [.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => Any(type, random))];
        object?[] values = new object?[rows];
        for (int i = 0; i < rows; i++)
        {
            values[i] = shape switch
            {
                Shape.AllNulls => optional ? null : few[0],
                Shape.Constant => few[0],
                Shape.Runs => i > 0 && random.Next(50) != 0 ? values[i - 1] : optional && random.Next(3) == 0 ? null : Any(type, random),
                Shape.Few => optional && random.Next(5) == 0 ? null : few[random.Next(few.Length)],
                Shape.HighCardinality => optional && random.Next(20) == 0 ? null : Any(type, random),
                _ => optional && random.Next(4) == 0 ? null : Special(type, random),
            };
        }

        return values;
    }

    private static object Any(ParquetType type, Random random) => type switch
    {
        ParquetType.Boolean => random.Next(2) == 0,
        ParquetType.Int32 => (int)random.NextInt64(int.MinValue, int.MaxValue + 1L),
        ParquetType.Int64 => random.NextInt64(long.MinValue, long.MaxValue),
        ParquetType.Double => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)),
        _ => Text(random),
    };

    private static object Special(ParquetType type, Random random) => type switch
    {
        ParquetType.Boolean => random.Next(2) == 0,
        ParquetType.Int32 => new[] { 0, -1, 1, int.MinValue, int.MaxValue }[random.Next(5)],
        ParquetType.Int64 => new[] { 0, -1, 1, long.MinValue, long.MaxValue, (1L << 53) + 1 }[random.Next(6)],
        ParquetType.Double => Doubles[random.Next(Doubles.Length)],
        _ => Texts[random.Next(Texts.Length)],
    };

    private static string Text(Random random)
    {
        StringBuilder text = new();
        for (int left = random.Next(12); left > 0; left--)
        {
            int rune = random.Next(3) switch { 0 => random.Next(0x80), 1 => random.Next(0x80, 0xD800), _ => random.Next(0xE000, 0x110000) };
            text.Append(new Rune(rune));
        }

        return text.ToString();
    }
}
