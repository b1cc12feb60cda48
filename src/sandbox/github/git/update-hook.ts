/**
 * git's own `update` hook in each repository. The server names in the environment what a push may not touch;
 * whether a push is forced can only be seen here, once its objects are there.
 */
export const UPDATE_HOOK = `#!/bin/sh
ref=$1 old=$2 new=$3
none=0000000000000000000000000000000000000000
refuse() { echo "error: $1: $2 for $ref." >&2; echo "$3" >&2; exit 1; }
case " $SANDBOX_REVIEWED " in
  *" $ref "*) [ "$old" = $none ] ||
    refuse GH013 "Repository rule violations found" "- Changes must be made through a pull request." ;;
esac
case " $SANDBOX_LOCKED " in
  *" $ref "*) [ "$old" = $none ] && refuse GH013 "Repository rule violations found" "- The tag was used by an immutable release."
    refuse GH013 "Repository rule violations found" "- The tag of an immutable release cannot be changed." ;;
esac
case " $SANDBOX_GUARDED " in
  *" $ref "*)
    [ "$new" = $none ] && refuse GH006 "Protected branch update failed" "- Cannot delete this branch"
    [ "$old" = $none ] || git merge-base --is-ancestor "$old" "$new" ||
      refuse GH006 "Protected branch update failed" "- Cannot force-push to this branch" ;;
esac
exit 0
`;
