using System.Diagnostics;

namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>Damaged files are read to some values or to a <see cref="ParquetException"/>, in little memory and time.</summary>
public class DamagedFileTests
{
    private const long MostBytes = 8 << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Files() => ["ours", "duckdb-gzip", "wasm-v1-gzip-pages", "wasm-v2-gzip-pages"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_truncation_is_refused(string name)
    {
        byte[] file = Bytes(name);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.False(TryRead(file[..length]), $"{length} bytes of {file.Length} were read");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_without_its_beginning_is_refused(string name)
    {
        byte[] file = Bytes(name);
        for (int start = 5; start < file.Length; start += 7)
        {
            Assert.False(TryRead([.. "PAR1"u8, .. file[start..]]), $"a file without its first {start} bytes was read");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Changed_bytes_do_no_harm(string name)
    {
        byte[] file = Bytes(name);
        int footer = file.Length - 8 - BitConverter.ToInt32(file, file.Length - 8);
        int read = 0;
        const int Rounds = 6000;
        for (int seed = 0; seed < Rounds; seed++)
        {
            Random random = new(seed);
            byte[] changed = [.. file];
            for (int left = 1 + (seed % 3 == 0 ? random.Next(8) : 0); left > 0; left--)
            {
                // Half of them in the footer, where the counts and offsets are.
                int at = random.Next(2) == 0 ? random.Next(file.Length) : random.Next(footer, file.Length);
                changed[at] = random.Next(4) switch
                {
                    0 => (byte)(changed[at] ^ (1 << random.Next(8))),
                    1 => 0xFF,
                    2 => 0,
                    _ => (byte)random.Next(256),
                };
            }

            read += TryRead(changed) ? 1 : 0;
        }

        // Many changes hit values or names, others must be found; if all were the same, nothing would be tested.
        Assert.InRange(read, Rounds / 100, Rounds * 9 / 10);
    }

    [Fact]
    public void Swapped_and_repeated_stretches_do_no_harm()
    {
        byte[] file = Bytes("ours");
        for (int seed = 0; seed < 3000; seed++)
        {
            Random random = new(seed);
            int from = random.Next(file.Length);
            int length = random.Next(Math.Min(64, file.Length - from));
            int to = random.Next(file.Length - length);
            byte[] changed = [.. file];
            file.AsSpan(from, length).CopyTo(changed.AsSpan(to));
            TryRead(changed);
        }
    }

    private static bool TryRead(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            using ParquetReader reader = ParquetReader.Open(new MemoryStream(file));
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                for (int column = 0; column < reader.Columns.Count; column++)
                {
                    reader.ReadColumn(group, column);
                }
            }

            return true;
        }
        catch (ParquetException)
        {
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, MostTime);
        }
    }

    private static byte[] Bytes(string name)
    {
        if (name != "ours")
        {
            return File.ReadAllBytes(FixtureTests.PathOf(name));
        }

        ParquetColumn[] columns = [.. RandomTable.Types.Select(type => new ParquetColumn(type.ToString(), type, type != ParquetType.Int32))];
        object?[][] values = [.. columns.Select((c, i) => RandomTable.Column(c.Type, c.Optional, i % 2 == 0 ? Shape.Few : Shape.Runs, 120, new Random(9)))];
        return new Table(columns, values).Write(rowsPerGroup: 80, metadata: [new("key", "value")]);
    }
}
