using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>The folders of all shards of one experiment.</summary>
internal sealed class ShardSet
{
    private readonly IReadOnlyList<Piece> _pieces;

    private ShardSet(Plan plan, IReadOnlyList<Piece> pieces) => (Plan, _pieces) = (plan, pieces);

    private sealed record Piece(string Folder, string Hash, Experiment Experiment, Shard Shard);

    /// <summary>The plan of the whole experiment.</summary>
    public Plan Plan { get; }

    /// <summary>The processes that simulated the shards.</summary>
    public IEnumerable<JsonNode?> Runs => _pieces.SelectMany(piece => Manifest.RunsOf(piece.Folder, Plan));

    /// <summary>Reads the manifests of all shards; a whole run is the only shard of one.</summary>
    /// <exception cref="BadInputException">They are not the shards of one experiment, not all, or one twice.</exception>
    public static ShardSet Read(IReadOnlyList<string> folders)
    {
        Piece[] pieces = [.. folders.Select(Read)];
        Piece first = pieces[0];
        foreach (Piece piece in pieces.Skip(1))
        {
            if (piece.Hash != first.Hash)
            {
                throw new BadInputException(
                    $"{piece.Folder}: is of another experiment (hash {piece.Hash[..12]}) than {first.Folder} ({first.Hash[..12]})");
            }

            if (piece.Shard.Count != first.Shard.Count)
            {
                throw new BadInputException(
                    $"{piece.Folder}: is shard {piece.Shard}, but {first.Folder} is shard {first.Shard}: they are cut differently");
            }
        }

        foreach (IGrouping<int, Piece> same in pieces.GroupBy(piece => piece.Shard.Index).Where(same => same.Count() > 1))
        {
            throw new BadInputException($"{string.Join(" and ", same.Select(piece => piece.Folder))} overlap: both are shard {same.First().Shard}");
        }

        int[] missing = [.. Enumerable.Range(1, first.Shard.Count).Except(pieces.Select(piece => piece.Shard.Index))];
        if (missing.Length > 0)
        {
            string more = missing.Length > 10 ? $" and {missing.Length - 10} more" : "";
            throw new BadInputException(
                $"shards are missing: {string.Join(", ", missing.Take(10).Select(i => new Shard(i, first.Shard.Count)))}{more}");
        }

        var plan = Plan.Of(first.Experiment);
        return new ShardSet(plan, [.. pieces.OrderBy(piece => piece.Shard.Index)]);
    }

    /// <summary>Brings the finished ranges of all shards into one folder.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    /// <param name="warn">Takes a line where something unexpected was found and got over.</param>
    /// <exception cref="BadInputException">The folder is another run's, or one of the shards; or a shard has not all of its replicates.</exception>
    public RunFolder CopyTo(string path, Action<string> warn)
    {
        if (_pieces.FirstOrDefault(piece => Path.GetFullPath(piece.Folder).TrimEnd(Path.DirectorySeparatorChar)
            == Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)) is { } same)
        {
            throw new BadInputException($"{path}: is shard {same.Shard} itself; the whole needs a folder of its own");
        }

        // All of them are looked at before anything is written.
        (Cell Cell, StoredRange Range)[] ranges = [.. _pieces.SelectMany(RangesOf)];
        var folder = RunFolder.Open(path, Plan, Shard.Whole, fresh: null, warn);
        try
        {
            foreach ((Cell cell, StoredRange range) in ranges)
            {
                folder.Ranges.Copy(cell, range);
            }

            folder.Ranges.Flush();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private IEnumerable<(Cell Cell, StoredRange Range)> RangesOf(Piece piece)
    {
        var workload = Workload.Of(Plan, piece.Shard);
        var store = new RangeStore(piece.Folder, Plan, (file, reason) => throw new BadInputException($"{file}: {reason}; run the shard again"));
        for (int i = 0; i < Plan.Cells.Count; i++)
        {
            foreach (ReplicateRange segment in workload.SegmentsOf(i))
            {
                IReadOnlyList<StoredRange> ranges = store.RangesOf(Plan.Cells[i], segment);
                if (Plan.Experiment.Stop is null && StoredRange.Missing(ranges, segment).FirstOrDefault() is { Count: > 0 } gap)
                {
                    throw new BadInputException(
                        $"{piece.Folder}: replicates {gap.First} to {gap.Last - 1} of cell {i} ({Plan.Cells[i].Id[..12]}) are missing; "
                        + $"run shard {piece.Shard} again");
                }

                foreach (StoredRange range in ranges)
                {
                    yield return (Plan.Cells[i], range);
                }
            }
        }
    }

    private static Piece Read(string folder)
    {
        (string path, byte[] bytes) = ManifestFile.Find(folder, "shard");
        try
        {
            return ManifestFile.Read(bytes, manifest =>
            {
                if (manifest.StreamVersion != Plan.StreamVersion)
                {
                    throw new BadInputException($"{folder}: is of stream version {manifest.StreamVersion}, this program's is {Plan.StreamVersion}");
                }

                Experiment experiment = manifest.Experiment;
                string hash = ExperimentJson.Hash(experiment);
                Shard? shard = manifest.Shard is { } name ? Shard.Parse(name) : Shard.Whole;
                return hash == manifest.ExperimentHash && shard is not null
                    ? new Piece(folder, hash, experiment, shard)
                    : throw new BadInputException($"{path}: is damaged: its experiment has another hash than it says");
            });
        }
        catch (InvalidDataException)
        {
            throw new BadInputException($"{path}: is not the manifest of a run");
        }
    }
}
